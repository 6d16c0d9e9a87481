BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'New-SleapDemoDataset' {
    It 'writes labels to train and test with, a video and its truth' {
        $demo = New-SleapDemoDataset (Join-Path $TestDrive demo) -Frames 3 -TestFrames 2
        $demo.FrameCount | Should -Be 3
        $demo.TrainPath, $demo.TestPath, $demo.VideoPath, $demo.TruthPath | Should -Exist
    }

    It 'shows where the files are' {
        $demo = New-SleapDemoDataset (Join-Path $TestDrive shown) -Frames 2 -TestFrames 2
        $demo | Out-String | Should -Match 'train\.pkg\.slp \(2 frames\)'
    }

    It 'gives the same truth for the same seed' {
        $first, $second = 'a', 'b' | ForEach-Object { New-SleapDemoDataset (Join-Path $TestDrive $_) -Frames 2 -TestFrames 2 -Seed 3 }
        (Import-SleapLabels $first.TrainPath).Frames[1].Instances[0].Points[0].X |
            Should -Be (Import-SleapLabels $second.TrainPath).Frames[1].Instances[0].Points[0].X
    }

    It 'takes a path relative to the current location' {
        Push-Location $TestDrive
        try { (New-SleapDemoDataset relative -Frames 2 -TestFrames 2).Folder | Should -Be (Join-Path $TestDrive relative) }
        finally { Pop-Location }
    }

    It 'replaces files only with -Force, and writes nothing with -WhatIf' {
        $path = Join-Path $TestDrive again
        New-SleapDemoDataset $path -WhatIf
        $path | Should -Not -Exist
        $null = New-SleapDemoDataset $path -Frames 2 -TestFrames 2
        { New-SleapDemoDataset $path -Frames 2 -TestFrames 2 -ErrorAction Stop } | Should -Throw -ErrorId 'DemoFilesExist*'
        { New-SleapDemoDataset $path -Frames 2 -TestFrames 2 -Force -ErrorAction Stop } | Should -Not -Throw
    }
}
