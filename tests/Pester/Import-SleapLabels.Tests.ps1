BeforeDiscovery {
    . $PSScriptRoot/Import-TestModule.ps1
    $noShared = -not (Get-SharedFolder)
}

BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $shared = Get-SharedFolder
}

Describe 'Import-SleapLabels' {
    It 'reads a package' -Skip:$noShared {
        $labels = Import-SleapLabels (Join-Path $shared data/datasets/minimal_instance.pkg.slp)
        $labels.Frames.Count | Should -Be 1
        $labels.Frames[0].Instances.Count | Should -Be 2
        $labels.Skeleton.Nodes | Should -Be @('A', 'B')
        $labels.Videos[0].IsEmbedded | Should -BeTrue
    }

    It 'expands wildcards and takes files from the pipeline' -Skip:$noShared {
        (Import-SleapLabels (Join-Path $shared data/datasets/*.slp)).Count | Should -Be 2
        (Get-ChildItem (Join-Path $shared data/datasets) -Filter *.slp | Import-SleapLabels).Count | Should -Be 2
    }

    It 'finds a video that moved' -Skip:$noShared {
        Copy-Item (Join-Path $shared data/datasets/small_robot_minimal.slp) TestDrive:/robot.slp
        New-Item -ItemType Directory TestDrive:/elsewhere | Out-Null
        New-Item TestDrive:/elsewhere/small_robot.mp4 | Out-Null
        $there = (Resolve-Path TestDrive:/elsewhere/small_robot.mp4).ProviderPath
        (Import-SleapLabels TestDrive:/robot.slp).Videos[0].FileExists | Should -BeFalse
        (Import-SleapLabels TestDrive:/robot.slp -VideoRoot TestDrive:/elsewhere).Videos[0].FileName | Should -Be $there
        (Import-SleapLabels TestDrive:/robot.slp -VideoMap @{ 'tests/data/videos' = 'TestDrive:/elsewhere' }).Videos[0].FileName | Should -Be $there
    }

    It 'goes on after a file that is none' -Skip:$noShared {
        Set-Content TestDrive:/none.slp 'no labels'
        Copy-Item (Join-Path $shared data/datasets/small_robot_minimal.slp) TestDrive:/some.slp
        $read = Import-SleapLabels TestDrive:/none.slp, TestDrive:/some.slp -ErrorAction SilentlyContinue -ErrorVariable failed
        @($read).Count | Should -Be 1
        $failed[0].FullyQualifiedErrorId | Should -BeLike 'LabelsUnreadable*'
    }

    It 'names a file that is missing' {
        { Import-SleapLabels TestDrive:/missing.slp -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound*'
    }
}
