BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $executable = (Get-Process -Id $PID).Path

    function Invoke-Fresh([string] $Command) {
        & $executable -NoProfile -NonInteractive -Command $Command 2>&1
    }
}

Describe 'The module' {
    It 'exports the cmdlets of its manifest' {
        $manifest = Import-PowerShellDataFile (Join-Path $modulePath 'SleapNn.psd1')
        (Get-Module SleapNn).ExportedCmdlets.Keys | Sort-Object | Should -Be ($manifest.CmdletsToExport | Sort-Object)
    }

    It 'imports in a fresh session without a word' {
        Invoke-Fresh "Import-Module '$modulePath'" | Should -BeNullOrEmpty
    }

    It 'can be imported again with -Force and still has its cmdlets' {
        $count = (Get-Module SleapNn).ExportedCmdlets.Count
        Invoke-Fresh "Import-Module '$modulePath'; Import-Module '$modulePath' -Force; (Get-Module SleapNn).ExportedCmdlets.Count" | Should -Be $count
    }

    It 'imports with less than a second of work' {
        # Processor time of all threads, the least of three: a machine that is busy with something else must not fail this.
        $command = '$p = [Diagnostics.Process]::GetCurrentProcess(); $before = $p.TotalProcessorTime; ' +
            "Import-Module '$modulePath'; " + '$p.Refresh(); ($p.TotalProcessorTime - $before).TotalMilliseconds'
        $times = 1..3 | ForEach-Object { [double](Invoke-Fresh $command) }
        ($times | Measure-Object -Minimum).Minimum | Should -BeLessThan 1000
    }

    It 'does not load torch when it is imported' {
        $loaded = Invoke-Fresh "Import-Module '$modulePath'; [Diagnostics.Process]::GetCurrentProcess().Modules.ModuleName"
        $loaded | Where-Object { $_ -match 'torch|OpenCv' } | Should -BeNullOrEmpty
    }
}
