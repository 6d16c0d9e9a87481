BeforeDiscovery {
    . $PSScriptRoot/Import-TestModule.ps1
    # Every cmdlet whose objects are this module's, so that a new one falls under the test.
    $withOutput = Get-Command -Module SleapNn -CommandType Cmdlet | ForEach-Object {
        foreach ($type in $_.OutputType | Where-Object { $_.Type -and $_.Name -like 'SleapNn.*' }) {
            @{ Name = $_.Name; Type = $type.Type; Property = $type.Type.GetProperties()[0].Name }
        }
    }
}

BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1

    function Complete([string] $Line) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText
    }
}

Describe 'Completion' {
    It 'offers the properties of <Type> after <Name> and a pipe' -ForEach $withOutput {
        Complete "$Name | Where-Object " | Should -Contain $Property
        Complete "$Name | Sort-Object " | Should -Contain $Property
        Complete "($Name)." | Should -Contain $Property
    }

    It 'offers the keys of a configuration under both names' {
        $global:sleapTestConfig = New-SleapConfig
        Complete '$sleapTestConfig.trainer_config.max_e' | Should -Be 'max_epochs'
        Complete '$sleapTestConfig.TrainerConfig.MaxE' | Should -Be 'MaxEpochs'
        Complete '(New-SleapConfig).trainer_config.max_e' | Should -Contain 'max_epochs'
        Remove-Variable sleapTestConfig -Scope Global
    }

    It 'offers the keys of a table: <_>' -ForEach 'Set-SleapConfig @{ tra', 'Set-SleapConfig -Values @{ tra', 'Expand-SleapConfig @{ tra', 'Expand-SleapConfig -Grid @{ tra',
        'Expand-SleapConfig -List @{ name = 1 }, @{ tra', 'Expand-SleapConfig -Count 3 -Random @{ tra', 'New-SleapConfig -Values @{ tra', '$c | Set-SleapConfig @{ name = 1; tra' {
        Complete $_ | Should -Contain "'trainer_config.max_epochs'"
        Complete $_ | Should -Not -Contain "'data_config.validation_fraction'"
    }

    It 'offers the keys of a table under both names, each once, and explains them' {
        Complete 'Set-SleapConfig @{ TrainerConfig' | Should -Contain "'TrainerConfig.MaxEpochs'"
        Complete 'Set-SleapConfig @{ ' | Should -Contain "'model_config.backbone_config.unet.filters'"
        Complete "Set-SleapConfig @{ 'trainer_config.seed' = 1; tra" | Should -Contain "'trainer_config.max_epochs'"
        $match = (TabExpansion2 'Set-SleapConfig @{ tra' 22).CompletionMatches | Where-Object ListItemText -EQ 'trainer_config.max_epochs'
        $match.ToolTip | Should -Match 'The largest number of epochs.*Default: 10'
    }

    It 'offers folders with a model before others: <_>' -ForEach 'Get-SleapModel ./', 'Invoke-SleapPrediction ./video.mp4 -Model ./', 'Get-SleapRun ./', 'Resume-SleapTraining ./' {
        $null = New-Item -ItemType Directory TestDrive:/a-folder, TestDrive:/model -Force
        Set-Content TestDrive:/model/training_config.yaml ''
        Push-Location (Convert-Path TestDrive:/)
        try {
            Complete $_ | Split-Path -Leaf | Should -Be 'model', 'a-folder'
        }
        finally {
            Pop-Location
        }
    }

    It 'offers the nodes of the labels that the line is about' {
        $data = New-SleapDemoDataset TestDrive:/data -Frames 4 -TestFrames 2 -HeightPx 96 -WidthPx 96
        $global:sleapTestLabels = Import-SleapLabels $data.TrainPath
        $nodes = $sleapTestLabels.Skeleton.Nodes
        Complete '$sleapTestLabels | Invoke-SleapTracking -KalmanNodes ' | Should -Be $nodes
        Complete "New-SleapConfig '$($data.TrainPath)' -AnchorPart " | Should -Be $nodes
        Complete "Export-SleapImage '$($data.TrainPath)' ./out -Node $($nodes[1].Substring(0, 3))" | Should -Contain $nodes[1]
        Remove-Variable sleapTestLabels -Scope Global
    }

    It 'explains what it offers' {
        (TabExpansion2 'Set-SleapConfig trainer_config.max_e' 36).CompletionMatches.ToolTip | Should -Match 'The largest number of epochs'
    }
}
