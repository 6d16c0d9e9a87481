BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $shared = Get-SharedFolder
    if ($shared) {
        $folder = Join-Path $shared 'data/models/single_instance_with_metrics'
    }
}

Describe 'Export-SleapMetrics' {
    BeforeEach {
        if (-not $shared) {
            Set-ItResult -Skipped -Because 'the reference data are not here'
        }
    }

    It 'writes what Import-SleapMetrics reads' {
        $result = Measure-SleapPrediction "$folder/labels_val_gt_0.slp" "$folder/pred_val_0.slp"
        $file = $result | Export-SleapMetrics "$TestDrive/metrics.val.0.npz"
        ($file | Import-SleapMetrics).MeanOks | Should -Be $result.MeanOks
    }

    It 'writes JSON' {
        Measure-SleapPrediction "$folder/labels_val_gt_0.slp" "$folder/pred_val_0.slp" | Export-SleapMetrics "$TestDrive/metrics.json"
        (Get-Content "$TestDrive/metrics.json" | ConvertFrom-Json).visibility_metrics.tp | Should -Be 2
    }

    It 'replaces a file only with -Force' {
        Set-Content "$TestDrive/there.npz" 'mine'
        { Measure-SleapPrediction "$folder/labels_val_gt_0.slp" "$folder/pred_val_0.slp" | Export-SleapMetrics "$TestDrive/there.npz" -ErrorAction Stop } |
            Should -Throw -ErrorId 'EvaluationFileExists*'
    }
}
