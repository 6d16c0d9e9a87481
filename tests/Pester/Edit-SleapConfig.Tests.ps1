BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'Edit-SleapConfig' {
    It 'returns what the text says' -Skip:$IsWindows {
        $config = New-SleapConfig -MaxEpochs 7
        ($config | Edit-SleapConfig -Editor 'sed -i "s/max_epochs: 7/max_epochs: 9/"').trainer_config.max_epochs | Should -Be 9
        $config.trainer_config.max_epochs | Should -Be 7
    }

    It 'starts no editor with -WhatIf' {
        New-SleapConfig | Edit-SleapConfig -Editor /nowhere/editor -WhatIf | Should -BeNullOrEmpty
    }

    It 'refuses where nobody can edit' {
        $program = (Get-Process -Id $PID).Path
        $module = (Get-Module SleapNn).Path
        & $program -NoProfile -NonInteractive -Command "Import-Module '$module/..'; try { New-SleapConfig | Edit-SleapConfig -Editor vi -ErrorAction Stop } catch { `$_.FullyQualifiedErrorId }" |
            Should -BeLike 'EditorNeedsUser*'
    }
}
