BeforeAll {
    . $PSScriptRoot/Import-TestModule.ps1
    $shared = Get-SharedFolder
    if ($shared) {
        $model = Join-Path $shared 'data/models/minimal_instance_centroid'
        $record = Join-Path $shared 'reference/activations/minimal_instance_centroid.npz'
    }
}

Describe 'Test-SleapModel' {
    It 'agrees with what sleap-nn recorded' {
        if (-not $shared) {
            Set-ItResult -Skipped -Because 'the reference data are not here'
            return
        }

        $result = Test-SleapModel $model -Reference $record -Tolerance 1e-5
        $result.Output | Should -Be 'CentroidConfmapsHead'
        $result.Shape | Should -Be 1, 1, 96, 96
        $result.WithinTolerance | Should -BeTrue
        $result | Out-String | Should -Match '1 x 1 x 96 x 96'
    }

    It 'compares two models on an image of random numbers' {
        if (-not $shared) {
            Set-ItResult -Skipped -Because 'the reference data are not here'
            return
        }

        Copy-Item $model "$TestDrive/copy" -Recurse
        Test-SleapModel "$TestDrive/copy" -Reference $model -Tolerance 0 -Seed 5 -Quiet | Should -BeTrue
    }

    It 'refuses what is no record' {
        Set-Content "$TestDrive/bad.npz" 'text'
        { Test-SleapModel $TestDrive "$TestDrive/bad.npz" -ErrorAction Stop } | Should -Throw -ErrorId 'ReferenceUnreadable*'
    }
}
