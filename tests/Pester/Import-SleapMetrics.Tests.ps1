BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $shared = Get-SharedFolder
    if ($shared) {
        $folder = Join-Path $shared 'data/models/single_instance_with_metrics'
    }
}

Describe 'Import-SleapMetrics' {
    It 'reads what sleap-nn saved' {
        if (-not $shared) {
            Set-ItResult -Skipped -Because 'the reference data are not here'
            return
        }

        $saved = Get-ChildItem "$folder/*_pred_metrics.npz" | Import-SleapMetrics
        $saved.Count | Should -Be 3
        $saved[0].Distances.MeanPx | Should -BeGreaterThan 0
    }

    It 'refuses what is no metrics file' {
        Set-Content "$TestDrive/bad.npz" 'text'
        { Import-SleapMetrics "$TestDrive/bad.npz" -ErrorAction Stop } | Should -Throw -ErrorId 'EvaluationFileUnreadable*'
    }
}
