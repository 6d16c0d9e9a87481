BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $module = (Get-Module SleapNn).ModuleBase
}

Describe 'A configuration that travels' {
    BeforeEach {
        $config = New-SleapConfig -Head centroid -Name traveller -LearningRate 0.0025
    }

    It 'comes back alive from a file' {
        $config | Export-Clixml TestDrive:/config.xml
        $back = Import-Clixml TestDrive:/config.xml
        $back | Should -BeOfType SleapNn.Configuration.SleapConfig
        Compare-SleapConfig $config $back | Should -BeNullOrEmpty
        $back.trainer_config.max_epochs = 3
        $config.trainer_config.max_epochs | Should -Not -Be 3
    }

    It 'comes back alive within another object, however deep' {
        [pscustomobject]@{ A = [pscustomobject]@{ B = @($config, $config) } } | Export-Clixml TestDrive:/config.xml -Depth 3
        (Import-Clixml TestDrive:/config.xml).A.B[1] | Should -BeOfType SleapNn.Configuration.SleapConfig
    }

    It 'goes to another process and comes back' {
        $job = Start-Job -ArgumentList $module { Import-Module $args[0]; New-SleapConfig -Head bottomup | Set-SleapConfig trainer_config.seed 7 }
        $back = $job | Receive-Job -Wait -AutoRemoveJob
        $back.trainer_config.seed | Should -Be 7
        ($back | Set-SleapConfig trainer_config.seed 8 | Test-SleapConfig | Where-Object Severity -EQ Error) | Should -BeNullOrEmpty
    }

    It 'shows its YAML' {
        $config.Yaml | Should -Match 'lr: 0.0025'
        ($config | Format-List | Out-String) | Should -Not -Match 'Yaml'
    }

    It 'is taken by cmdlets as a remote session gets it, which knows no types of the module' {
        $table = [System.Management.Automation.Runspaces.TypeTable]::LoadDefaultTypeFiles()
        $runspace = [runspacefactory]::CreateOutOfProcessRunspace($table)
        $runspace.Open()
        try {
            $shell = [powershell]::Create($runspace)
            $null = $shell.AddScript('Import-Module $args[0]').AddArgument($module).Invoke()
            $shell.Commands.Clear()
            $back = $shell.AddScript('$input | Set-SleapConfig trainer_config.seed 7').Invoke(@($config))
            $shell.Streams.Error | Should -BeNullOrEmpty
            $back[0].PSTypeNames | Should -Contain Deserialized.SleapNn.Configuration.SleapConfig
            ($back[0] | Set-SleapConfig trainer_config.max_epochs 8).trainer_config.seed | Should -Be 7
            ([SleapNn.Configuration.SleapConfig] $back[0]).name | Should -Be traveller
        }
        finally {
            $runspace.Dispose()
        }
    }

    It 'is not made of other objects' {
        { [SleapNn.Configuration.SleapConfig] [pscustomobject]@{ Yaml = 'name: x' } } | Should -Throw
    }

    It 'leaves the key of an account at home' {
        $config.trainer_config.wandb.api_key = 'secret'
        $config | Export-Clixml TestDrive:/config.xml
        Get-Content TestDrive:/config.xml -Raw | Should -Not -Match 'secret'
    }
}
