@{
    RootModule = 'SleapNn.psm1'
    ModuleVersion = '0.1.0'
    GUID = 'e6c2b0c8-5d0f-4a39-9a3e-0f6f3c9d7b41'
    Author = 'SleapNn contributors'
    CompanyName = 'SleapNn contributors'
    Copyright = '(c) SleapNn contributors. BSD-3-Clause licence.'
    Description = 'Train and run animal pose estimation models: labels, configs, training, prediction, tracking and evaluation, compatible with SLEAP and sleap-nn, without Python.'
    PowerShellVersion = '7.4'
    CompatiblePSEditions = @('Core')
    TypesToProcess = @('ConfigTable.types.ps1xml', 'Display.types.ps1xml', 'SleapNn.types.ps1xml')
    FormatsToProcess = @(
        'Automation.format.ps1xml'
        'Cluster.format.ps1xml'
        'Configuration.format.ps1xml'
        'Evaluation.format.ps1xml'
        'Labels.format.ps1xml'
        'Media.format.ps1xml'
        'Models.format.ps1xml'
        'Runs.format.ps1xml'
        'System.format.ps1xml'
        'Training.format.ps1xml'
    )
    FunctionsToExport = @()
    # One a line, in alphabetical order; a test compares the list with the cmdlet classes.
    CmdletsToExport = @(
        'Compare-SleapConfig'
        'Compare-SleapRun'
        'Convert-SleapLegacyConfig'
        'Convert-SleapLegacyModel'
        'Edit-SleapConfig'
        'Expand-SleapConfig'
        'Export-SleapConfig'
        'Export-SleapImage'
        'Export-SleapLabels'
        'Export-SleapMetrics'
        'Export-SleapReport'
        'Export-SleapVideo'
        'Get-SleapAutomation'
        'Get-SleapConfigKey'
        'Get-SleapJob'
        'Get-SleapModel'
        'Get-SleapRun'
        'Get-SleapSystem'
        'Get-SleapTrainingLog'
        'Import-SleapConfig'
        'Import-SleapLabels'
        'Import-SleapMetrics'
        'Install-SleapRuntime'
        'Invoke-SleapPrediction'
        'Invoke-SleapTracking'
        'Measure-SleapConfig'
        'Measure-SleapLabels'
        'Measure-SleapPrediction'
        'Merge-SleapLabels'
        'New-SleapConfig'
        'New-SleapDemoDataset'
        'Receive-SleapJob'
        'Register-SleapAutomation'
        'Resume-SleapTraining'
        'Set-SleapConfig'
        'Show-SleapAugmentation'
        'Show-SleapConfig'
        'Split-SleapLabels'
        'Start-SleapTraining'
        'Stop-SleapJob'
        'Submit-SleapTraining'
        'Test-SleapConfig'
        'Test-SleapModel'
        'Uninstall-SleapRuntime'
        'Unregister-SleapAutomation'
        'Watch-SleapFolder'
    )
    VariablesToExport = @()
    AliasesToExport = @()
    PrivateData = @{
        PSData = @{
            Tags = @('SLEAP', 'pose-estimation', 'deep-learning', 'tracking', 'neuroscience', 'PSEdition_Core', 'Windows', 'Linux')
        }
    }
}
