<#
.SYNOPSIS
Lets the data choose a configuration, says why, and trains it.
.DESCRIPTION
Films a made-up insect, looks at its labels and at this computer, and chooses a configuration; shows the reason for each
choice, and the memory and time that training will take; trains for a few epochs. Needs no data and no GPU.
.PARAMETER OutputPath
The folder for the data set and the model. Default: out/auto in the repository.
.PARAMETER MaxEpochs
How long to train.
.EXAMPLE
./samples/Auto.ps1
#>
[CmdletBinding()]
param(
    [string] $OutputPath = (Join-Path $PSScriptRoot '..' 'out' 'auto'),
    [int] $MaxEpochs = 5
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module SleapNn)) {
    Import-Module (Join-Path $PSScriptRoot '..' 'out' 'SleapNn')
}

$dataPath = Join-Path $OutputPath 'data'
$labelsPath = Join-Path $dataPath 'train.pkg.slp'
if (-not (Test-Path $labelsPath)) {
    $labelsPath = (New-SleapDemoDataset $dataPath -Frames 12).TrainPath
}

$config = New-SleapConfig -FromLabels $labelsPath -Auto -MaxEpochs $MaxEpochs -Seed 1 -OutputPath $OutputPath -RunName model -Values @{
    'trainer_config.min_train_steps_per_epoch' = 10
}
$config.Choices | Format-Table
$config | Measure-SleapConfig | Format-List
$config | Start-SleapTraining -Force
