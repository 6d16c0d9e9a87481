# Dot-source this in BeforeAll: imports the built module, and gives the folder of the reference data, or null.
$modulePath = if ($env:SLEAPNN_MODULE) { $env:SLEAPNN_MODULE } else { Join-Path $PSScriptRoot '../../out/SleapNn' }
Import-Module -Name $modulePath -Force -ErrorAction Stop

function Get-SharedFolder {
    if ($env:SLEAPNN_SHARED) {
        return $env:SLEAPNN_SHARED
    }

    for ($folder = Get-Item $PSScriptRoot; $folder; $folder = $folder.Parent) {
        $candidate = Join-Path $folder.FullName 'shared'
        if (Test-Path -LiteralPath (Join-Path $candidate 'reference')) {
            return $candidate
        }
    }
}
