BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'Edit-SleapConfig' {
    It 'returns what the text says' -Skip:$IsWindows {
        # In a process of its own: these tests run without interaction, where no editor is started.
        $program = (Get-Process -Id $PID).Path
        $module = (Get-Module SleapNn).Path
        $script = @"
            Import-Module '$module/..'
            `$config = New-SleapConfig -MaxEpochs 7
            (`$config | Edit-SleapConfig -Editor 'sed -i "s/max_epochs: 7/max_epochs: 9/"').trainer_config.max_epochs
            `$config.trainer_config.max_epochs
"@
        & $program -NoProfile -Command $script | Should -Be 9, 7
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
