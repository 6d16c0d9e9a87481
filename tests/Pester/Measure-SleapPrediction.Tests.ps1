BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $shared = Get-SharedFolder

    function New-Labels([SleapNn.InstanceKind] $Kind, [double] $Offset, [string] $Video = '/data/a.mp4') {
        $labels = [SleapNn.SleapLabels]::new()
        $labels.Skeletons.Add([SleapNn.Skeleton]::new())
        'head', 'tail' | ForEach-Object { $labels.Skeleton.Nodes.Add($_) }
        $labels.Videos.Add([SleapNn.SleapVideo]@{ FileName = $Video })
        $points = [SleapNn.PosePoint[]] @(
            [SleapNn.PosePoint]::new(10 + $Offset, 10, $true, $false, 0), [SleapNn.PosePoint]::new(90 + $Offset, 80, $true, $false, 0))
        $instance = [SleapNn.PoseInstance]::new($labels.Skeleton, $points, $Kind)
        $labels.Frames.Add([SleapNn.LabeledFrame]::new($labels.Videos[0], 0, [SleapNn.PoseInstance[]] @($instance)))
        $labels
    }
}

Describe 'Measure-SleapPrediction' {
    It 'measures labels in memory' {
        $result = Measure-SleapPrediction (New-Labels User 0) (New-Labels Predicted 2)
        $result.Distances.MeanPx | Should -Be 2
        $result.Detection.Matched | Should -Be 1
        $result.Nodes.Node | Should -Be 'head', 'tail'
    }

    It 'takes predictions from the pipeline' {
        $results = (New-Labels Predicted 1), (New-Labels Predicted 3) | Measure-SleapPrediction -GroundTruth (New-Labels User 0)
        $results.Distances.MeanPx | Should -Be 1, 3
    }

    It 'says why files do not belong together' {
        { Measure-SleapPrediction (New-Labels User 0) (New-Labels Predicted 0 '/other/b.mp4') -ErrorAction Stop } |
            Should -Throw -ErrorId 'EvaluationNoCommonVideo*' -ExpectedMessage '*/data/a.mp4*/other/b.mp4*'
    }

    It 'shows the errors of each node in pixels' {
        $text = (Measure-SleapPrediction (New-Labels User 0) (New-Labels Predicted 2)).Nodes | Out-String
        $text | Should -Match 'Median \(px\)'
        $text | Should -Match 'tail\s+1\s+2.00'
    }

    It 'shows a result as a list with its units' {
        Measure-SleapPrediction (New-Labels User 0) (New-Labels Predicted 2) | Out-String | Should -Match 'Error \(px\)\s*: mean 2.00, median 2.00'
    }

    It 'measures files' {
        if (-not $shared) {
            Set-ItResult -Skipped -Because 'the reference data are not here'
            return
        }

        $folder = Join-Path $shared 'data/models/single_instance_with_metrics'
        $result = Measure-SleapPrediction "$folder/labels_val_gt_0.slp" "$folder/pred_val_0.slp"
        $result.FrameCount | Should -BeGreaterThan 0
    }
}
