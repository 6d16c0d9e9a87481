using namespace System.IO
using namespace System.Management.Automation
using namespace System.Reflection
using namespace System.Runtime.Loader

$ErrorActionPreference = 'Stop'

# Only commands of Microsoft.PowerShell.Core are used here, so that the module also loads where the others are missing.

$binaryFolder = [Path]::Combine($PSScriptRoot, 'bin')
$corePath = [Path]::Combine($PSScriptRoot, 'SleapNn.Core.dll')
if (-not [File]::Exists($corePath)) {
    throw "The folder '$PSScriptRoot' holds the module's sources, not the module. Build it with './build.sh Build' or './build.ps1 -Task Build', then import the folder 'out/SleapNn'."
}

# The types that people hold go into the default load context, everything else into the module's own (docs: DESIGN.md).
if (-not ('SleapNn.SleapLoadContext' -as [type])) {
    $null = [AssemblyLoadContext]::Default.LoadFromAssemblyPath($corePath)
}

try {
    $cmdlets = ('SleapNn.SleapLoadContext' -as [type])::LoadModule($binaryFolder)
}
catch [MethodInvocationException] {
    throw $_.Exception.InnerException
}

$importModule = $ExecutionContext.InvokeCommand.GetCommand('Microsoft.PowerShell.Core\Import-Module', [CommandTypes]::Cmdlet)
$inner = & $importModule -Assembly $cmdlets -PassThru
& $importModule ([Path]::Combine($PSScriptRoot, 'SleapNn.Sessions.psd1'))

# When the assembly was imported before, Import-Module finds its module in a cache and does not add the cmdlets to the
# module that is being imported (PowerShell issue 20710).
$addCmdlet = [PSModuleInfo].GetMethod('AddExportedCmdlet', [BindingFlags]'Instance, NonPublic')
$self = $ExecutionContext.SessionState.Module
foreach ($cmdlet in $inner.ExportedCmdlets.Values) {
    if (-not $self.ExportedCmdlets.ContainsKey($cmdlet.Name)) {
        $null = $addCmdlet.Invoke($self, @(, $cmdlet))
    }
}
