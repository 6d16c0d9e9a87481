BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $demo = New-SleapDemoDataset (Join-Path $TestDrive demo) -Frames 2 -TestFrames 4 -Animals 2
}

Describe 'Export-SleapVideo' {
    It 'writes a video of the labelled frames with trails' {
        $video = Join-Path $TestDrive drawn.mp4
        (Export-SleapVideo $demo.TruthPath $video -TrailFrames 5).Length | Should -BeGreaterThan 1000
    }

    It 'takes labels from the pipeline' {
        $video = Join-Path $TestDrive piped.avi
        Import-SleapLabels $demo.TruthPath | Export-SleapVideo -OutputPath $video -LastFrame 5
        $video | Should -Exist
    }

    It 'names a format that it cannot write' {
        { Export-SleapVideo $demo.TruthPath (Join-Path $TestDrive x.mkv) -ErrorAction Stop } | Should -Throw -ErrorId 'MediaVideoFormat*'
    }
}
