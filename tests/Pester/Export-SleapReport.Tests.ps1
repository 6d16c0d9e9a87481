BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $demo = New-SleapDemoDataset (Join-Path $TestDrive demo) -Frames 3 -TestFrames 3
    $result = Measure-SleapPrediction $demo.TestPath $demo.TestPath -WarningAction SilentlyContinue
}

Describe 'Export-SleapReport' {
    It 'writes a page that needs nothing else' {
        $page = Join-Path $TestDrive report.html
        ($result | Export-SleapReport -OutputPath $page).FullName | Should -Be $page
        $text = Get-Content $page -Raw
        $text | Should -Match '<svg'
        $text | Should -Match 'data:image/jpeg;base64,'
        $text -replace 'http://www.w3.org/2000/svg' | Should -Not -Match 'https?://'
    }

    It 'draws the plots, or one of them, as a picture' {
        $result | Export-SleapReport (Join-Path $TestDrive all.png)
        $result | Export-SleapReport (Join-Path $TestDrive one.png) -Plot Nodes
        (Get-Item (Join-Path $TestDrive all.png)).Length | Should -BeGreaterThan (Get-Item (Join-Path $TestDrive one.png)).Length
    }

    It 'refuses to replace a file without -Force, and writes nothing with -WhatIf' {
        $page = Join-Path $TestDrive kept.html
        Set-Content $page 'kept'
        { $result | Export-SleapReport $page -ErrorAction Stop } | Should -Throw -ErrorId 'EvaluationFileExists*'
        $result | Export-SleapReport $page -Force -WhatIf
        Get-Content $page | Should -Be 'kept'
    }

    It 'says what does not fit together' {
        { $result | Export-SleapReport (Join-Path $TestDrive a.txt) -ErrorAction Stop } | Should -Throw -ErrorId 'EvaluationFileType*'
        { $result | Export-SleapReport (Join-Path $TestDrive a.html) -Plot Pck -ErrorAction Stop } | Should -Throw -ErrorId 'EvaluationOption*'
        { $result, $result | Export-SleapReport (Join-Path $TestDrive b.html) -ErrorAction Stop } | Should -Throw -ErrorId 'EvaluationOneFile*'
    }
}
