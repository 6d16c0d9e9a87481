BeforeDiscovery {
    . $PSScriptRoot/Import-TestModule.ps1
    $noShared = -not (Get-SharedFolder)
}

BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $shared = Get-SharedFolder
}

Describe 'Measure-SleapLabels' {
    It 'counts and suggests sizes' -Skip:$noShared {
        $statistics = Import-SleapLabels (Join-Path $shared data/datasets/minimal_instance.pkg.slp) | Measure-SleapLabels
        $statistics.UserInstanceCount | Should -Be 2
        $statistics.SuggestedCropSizePx | Should -Be 112
        $statistics.SuggestedInputHeightPx | Should -Be 384
    }

    It 'opens a video whose size the labels do not know' -Skip:$noShared {
        $statistics = Import-SleapLabels (Join-Path $shared data/datasets/small_robot_minimal.slp) | Measure-SleapLabels -MaxStride 32
        $statistics.MaxHeightPx, $statistics.MaxWidthPx | Should -Be @(320, 560)
        $statistics.SuggestedInputWidthPx | Should -Be 576
    }

    It 'measures labels without anything in them' {
        $statistics = [SleapNn.SleapLabels]::new() | Measure-SleapLabels
        $statistics.FrameCount | Should -Be 0
        $statistics.MaxInstanceSizePx | Should -BeNullOrEmpty
    }
}
