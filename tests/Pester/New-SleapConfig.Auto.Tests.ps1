BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $script:demo = New-SleapDemoDataset (Join-Path $TestDrive 'demo') -Frames 4
}

Describe 'New-SleapConfig -Auto' {
    It 'chooses by the data and says why' {
        $config = New-SleapConfig -FromLabels $demo.TrainPath -Auto -Device cpu
        $config.model_config.head_configs.GetActiveName() | Should -Be single_instance
        ($config.Choices | Where-Object Key -eq 'model_config.head_configs').Reason | Should -Be 'no frame has more than one animal'
        $config | Test-SleapConfig -Severity Error | Should -BeNullOrEmpty
    }

    It 'leaves what is given' {
        (New-SleapConfig $demo.TrainPath -Auto -Device cpu -BatchSize 3 -Sigma 2).model_config.head_configs.single_instance.confmaps.sigma | Should -Be 2
    }

    It 'needs labels' {
        { New-SleapConfig -Auto -LabelsPath none.slp -ErrorAction Stop } | Should -Throw '*none.slp*'
    }
}
