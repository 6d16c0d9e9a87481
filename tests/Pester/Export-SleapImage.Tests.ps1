BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $demo = New-SleapDemoDataset (Join-Path $TestDrive demo) -Frames 3 -TestFrames 3
}

Describe 'Export-SleapImage' {
    It 'writes one picture a frame to a folder' {
        $files = Export-SleapImage $demo.TestPath (Join-Path $TestDrive pictures)
        $files.Name | Should -Be 'test_000000.png', 'test_000003.png', 'test_000006.png'
    }

    It 'takes labels from the pipeline and makes a sheet' {
        $sheet = Join-Path $TestDrive sheet.png
        (Import-SleapLabels $demo.TrainPath | Export-SleapImage -OutputPath $sheet).FullName | Should -Be $sheet
    }

    It 'refuses to replace a file without -Force' {
        $sheet = Join-Path $TestDrive kept.png
        Set-Content $sheet 'kept'
        { Export-SleapImage $demo.TestPath $sheet -ErrorAction Stop } | Should -Throw -ErrorId 'MediaFileExists*'
        Get-Content $sheet | Should -Be 'kept'
    }
}
