BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1

    function New-Labels([string] $Video, [int[]] $Frames) {
        $labels = [SleapNn.SleapLabels]::new()
        $labels.Videos.Add([SleapNn.SleapVideo]@{ FileName = $Video })
        $Frames | ForEach-Object { $labels.Frames.Add([SleapNn.LabeledFrame]::new($labels.Videos[0], $_, $null)) }
        $labels
    }
}

Describe 'Merge-SleapLabels' {
    It 'joins labels of different videos' {
        $merged = (New-Labels '/a.mp4' 0, 1), (New-Labels '/b.mp4' 0) | Merge-SleapLabels
        $merged.Videos.Count | Should -Be 2
        $merged.Frames.Count | Should -Be 3
    }

    It 'takes videos of one path for the same' {
        $merged = Merge-SleapLabels (New-Labels '/a.mp4' 0, 1), (New-Labels '/a.mp4' 1, 2)
        $merged.Videos.Count | Should -Be 1
        $merged.Frames.FrameIndex | Should -Be @(0, 1, 2)
    }

    It 'refuses frames that are there twice when told to' {
        Merge-SleapLabels (New-Labels '/a.mp4' 1), (New-Labels '/a.mp4' 1) -Duplicates Refuse -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'LabelsDuplicateFrame*'
    }
}
