BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1

    function New-Run([string] $Name, [double] $LearningRate, [double[]] $Losses) {
        $folder = New-Item -ItemType Directory (Join-Path $TestDrive $Name)
        $config = New-SleapConfig -Head centroid -LearningRate $LearningRate -MaxEpochs 3 -RunName $Name
        $config | Export-SleapConfig (Join-Path $folder 'initial_config.yaml')
        $epoch = 0
        @('epoch,train_loss,val_loss,learning_rate,train_time,val_time'; $Losses | ForEach-Object { "$($epoch),$_,$_,$LearningRate,1,0.5"; $epoch++ }) |
            Set-Content (Join-Path $folder 'training_log.csv')
    }

    New-Run good 0.001 0.5, 0.2, 0.1
    New-Run cut 0.01 0.6, 0.7
}

Describe 'Get-SleapRun' {
    It 'lists runs with what differs' {
        $runs = Get-SleapRun $TestDrive | Sort-Object BestLoss
        $runs.Name | Should -Be 'good', 'cut'
        $runs.State | Should -Be 'Finished', 'Stopped'
        $runs.lr | Should -Be 0.001, 0.01
        $runs.Label | Should -Be 'lr=0.001', 'lr=0.01'
        $runs[0].BestEpoch | Should -Be 2
        $runs[0].Duration.TotalSeconds | Should -Be 4.5
    }

    It 'filters by state and exports' {
        Get-SleapRun $TestDrive -State Stopped | Select-Object Name, lr, BestLoss | ConvertTo-Csv | Should -Be '"Name","lr","BestLoss"', '"cut","0.01","0.6"'
    }

    It 'shows a list in a mixed stream' {
        (New-SleapConfig), (Get-SleapRun $TestDrive | Where-Object Name -eq cut) | Out-String | Should -Match 'Label\s+: lr=0.01'
    }

    It 'says where there is no run' {
        { Get-SleapRun (New-Item -ItemType Directory (Join-Path $TestDrive 'empty')) -ErrorAction Stop } | Should -Throw -ErrorId 'RunNotFound*'
    }
}

Describe 'Compare-SleapRun' {
    It 'draws the curves of a folder' {
        $picture = Join-Path $TestDrive 'curves.png'
        (Compare-SleapRun $TestDrive $picture).FullName | Should -Be $picture
        { Compare-SleapRun $TestDrive $picture -ErrorAction Stop } | Should -Throw -ErrorId 'RunPictureExists*'
        (Compare-SleapRun (Join-Path $TestDrive 'c*t') $picture -TrainLoss -Force).Exists | Should -BeTrue
    }
}
