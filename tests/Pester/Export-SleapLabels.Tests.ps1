BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $labels = [SleapNn.SleapLabels]::new()
    $labels.Videos.Add([SleapNn.SleapVideo]@{ FileName = '/nowhere/a.mp4' })
    $labels.Frames.Add([SleapNn.LabeledFrame]::new($labels.Videos[0], 3, $null))
}

Describe 'Export-SleapLabels' {
    It 'writes labels that can be read again' {
        $labels | Export-SleapLabels TestDrive:/a.slp | Should -BeNullOrEmpty
        $again = Import-SleapLabels TestDrive:/a.slp
        $again.Frames[0].FrameIndex | Should -Be 3
        $again.Videos[0].FileName | Should -Be '/nowhere/a.mp4'
    }

    It 'replaces a file only with -Force' {
        Set-Content TestDrive:/b.slp 'before'
        { $labels | Export-SleapLabels TestDrive:/b.slp -ErrorAction Stop } | Should -Throw -ErrorId 'LabelsFileExists*'
        Get-Content TestDrive:/b.slp | Should -Be 'before'
        $labels | Export-SleapLabels TestDrive:/b.slp -Force
        (Import-SleapLabels TestDrive:/b.slp).Frames.Count | Should -Be 1
    }

    It 'writes nothing with -WhatIf' {
        $labels | Export-SleapLabels TestDrive:/c.slp -WhatIf
        Test-Path TestDrive:/c.slp | Should -BeFalse
    }

    It 'hands the labels on with -PassThru' {
        $labels | Export-SleapLabels TestDrive:/d.slp -PassThru | Should -Be $labels
    }

    It 'does not write two labels to one file' {
        $labels, $labels | Export-SleapLabels TestDrive:/e.slp -ErrorAction SilentlyContinue -ErrorVariable failed
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'LabelsOneFile*'
    }

    It 'says which video is missing when its frames are to be embedded, and leaves nothing behind' {
        { $labels | Export-SleapLabels TestDrive:/f.slp -Embed All -ErrorAction Stop } | Should -Throw '*a.mp4*'
        Test-Path TestDrive:/f.slp | Should -BeFalse
    }

    It 'makes a package of a demo video' {
        New-SleapDemoDataset TestDrive:/demo -ErrorAction Stop | Out-Null
        $demo = Get-ChildItem TestDrive:/demo -Recurse -Filter *.slp | Select-Object -First 1 | Import-SleapLabels
        $demo | Export-SleapLabels TestDrive:/demo.pkg.slp -Embed All
        $again = Import-SleapLabels TestDrive:/demo.pkg.slp
        $again.Videos[0].IsEmbedded | Should -BeTrue
        $again.Frames.Count | Should -Be $demo.Frames.Count
    }

    It 'writes an analysis file or CSV where the name asks for it' {
        New-SleapDemoDataset TestDrive:/demo2 -ErrorAction Stop | Out-Null
        $demo = Get-ChildItem TestDrive:/demo2 -Recurse -Filter *.slp | Select-Object -First 1 | Import-SleapLabels
        $demo | Export-SleapLabels -OutputPath TestDrive:/demo.analysis.h5
        $bytes = Get-Content TestDrive:/demo.analysis.h5 -AsByteStream -TotalCount 4
        $bytes[1..3] | Should -Be ([byte[]][char[]]'HDF')
        $demo | Export-SleapLabels TestDrive:/demo.csv -VideoIndex 0
        $rows = Import-Csv TestDrive:/demo.csv
        $rows.Count | Should -Be ($demo.Frames | Where-Object Video -EQ $demo.Videos[0] | ForEach-Object Instances).Count
        $node = $demo.Skeletons[0].Nodes[0]
        [double]$rows[0]."$node.x" | Should -Be $demo.Frames[0].Instances[0].Points[0].X
    }

    It 'says that images do not go into CSV' {
        { $labels | Export-SleapLabels TestDrive:/x.csv -Embed All -ErrorAction Stop } | Should -Throw -ErrorId 'LabelsEmbedFormat*'
    }
}
