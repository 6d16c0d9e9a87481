BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
}

Describe 'Export-SleapConfig' {
    It 'writes what Import-SleapConfig reads' {
        $config = New-SleapConfig -Head bottomup -RunName x
        $config | Export-SleapConfig "$TestDrive/a.yaml"
        Compare-SleapConfig $config "$TestDrive/a.yaml" | Should -BeNullOrEmpty
    }

    It 'replaces a file only with -Force' {
        New-SleapConfig | Export-SleapConfig "$TestDrive/b.yaml"
        { New-SleapConfig | Export-SleapConfig "$TestDrive/b.yaml" -ErrorAction Stop } | Should -Throw '*-Force*'
        New-SleapConfig -MaxEpochs 3 | Export-SleapConfig "$TestDrive/b.yaml" -Force
        (Import-SleapConfig "$TestDrive/b.yaml").TrainerConfig.MaxEpochs | Should -Be 3
    }

    It 'writes nothing with -WhatIf' {
        New-SleapConfig | Export-SleapConfig "$TestDrive/c.yaml" -WhatIf
        "$TestDrive/c.yaml" | Should -Not -Exist
    }
}
