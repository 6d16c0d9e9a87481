BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $labels = [SleapNn.SleapLabels]::new()
    $labels.Videos.Add([SleapNn.SleapVideo]@{ FileName = '/nowhere/a.mp4' })
    0..19 | ForEach-Object { $labels.Frames.Add([SleapNn.LabeledFrame]::new($labels.Videos[0], $_, $null)) }
}

Describe 'Split-SleapLabels' {
    It 'divides frames into parts that have none in common' {
        $parts = $labels | Split-SleapLabels -Validation 0.2 -Test 0.1
        $parts.Train.Frames.Count, $parts.Validation.Frames.Count, $parts.Test.Frames.Count | Should -Be @(14, 4, 2)
        @($parts.Train, $parts.Validation, $parts.Test).Frames.FrameIndex | Sort-Object | Should -Be (0..19)
    }

    It 'gives the same parts for the same seed' {
        $one, $two, $other = 1, 1, 2 | ForEach-Object { ($labels | Split-SleapLabels -Validation 0.5 -Seed $_).Train.Frames.FrameIndex -join ' ' }
        $two | Should -Be $one
        $other | Should -Not -Be $one
    }

    It 'leaves out frames that no person labelled' {
        $labels | Split-SleapLabels -UserFramesOnly -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'LabelsTooFewFrames*'
    }
}
