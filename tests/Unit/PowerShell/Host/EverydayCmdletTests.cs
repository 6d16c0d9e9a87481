using System.Collections;
using System.Management.Automation;
using SleapNn.Tests.Module;

namespace SleapNn.Tests.Host;

/// <summary>The everyday cmdlets that come with pwsh only, in the host's own small form.</summary>
public sealed class EverydayCmdletTests(ModuleFixture session) : IClassFixture<ModuleFixture>, IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sleapnn-everyday-").FullName;

    public static TheoryData<string, string> Expressions => new()
    {
        { "Write-Output 1 2 3", "1 2 3" },
        { "(Write-Output @(1, 2) -NoEnumerate).Count", "2" },
        { "1..5 | Select-Object -First 2", "1 2" },
        { "1..5 | Select-Object -Last 2", "4 5" },
        { "1..5 | Select-Object -Skip 1 -First 2", "2 3" },
        { "1..5 | Select-Object -Index 0, 3", "1 4" },
        { "1, 1, 2 | Select-Object -Unique", "1 2" },
        { "@{ A = 1; B = 2 } | Select-Object A | ForEach-Object { $_.PSObject.Properties.Name }", "A" },
        { "'abc' | Select-Object Length, @{ n = 'Up'; e = { $_.ToUpper() } } | ForEach-Object { \"$($_.Length)$($_.Up)\" }", "3ABC" },
        { "'abc', 'de' | Select-Object -ExpandProperty Length", "3 2" },
        { "[pscustomobject]@{ A = 1; B = 2 } | Select-Object * -ExcludeProperty A | ForEach-Object { $_.PSObject.Properties.Name }", "B" },
        { "3, 1, 2 | Sort-Object", "1 2 3" },
        { "3, 1, 2 | Sort-Object -Descending", "3 2 1" },
        { "'bb', 'a', 'cc' | Sort-Object { $_.Length }, { $_ }", "a bb cc" },
        { "2, 1, 2 | Sort-Object -Unique", "1 2" },
        { "'bb', 'a', 'cc' | Group-Object Length | ForEach-Object { \"$($_.Name):$($_.Count)\" }", "1:1 2:2" },
        { "('bb', 'a' | Group-Object Length -AsHashTable)[2]", "bb" },
        { "(1..4 | Measure-Object -Average -Sum -Maximum).ForEach{ \"$($_.Average) $($_.Sum) $($_.Maximum) $($_.Count)\" }", "2.5 10 4 4" },
        { "('a', 'bbb' | Measure-Object Length -Sum).Sum", "4" },
        { "@{ a = 1; b = @('x', $null, $true) } | ForEach-Object { $_ | ConvertTo-Json -Compress } | ConvertFrom-Json | ForEach-Object { \"$($_.a) $($_.b[0]) $($_.b[2])\" }", "1 x True" },
        { "'[1, 2.5]' | ConvertFrom-Json", "1 2.5" },
        { "('{\"a\": 1}', '', '{\"a\": 2}' | ConvertFrom-Json).a", "1 2" },
        { "('{\"a\":', '1}' | ConvertFrom-Json).a", "1" },
        { "('{\"a\": {\"b\": 2}}' | ConvertFrom-Json -AsHashtable).a.b", "2" },
        { "'a,b', '1,\"x, \"\"y\"\"\"' | ConvertFrom-Csv | ForEach-Object { \"$($_.a)$($_.b)\" }", "1x, \"y\"" },
        { "[pscustomobject]@{ a = 1; b = 'x\"y' } | ConvertTo-Csv", "\"a\",\"b\" \"1\",\"x\"\"y\"" },
        { "(New-Object System.Text.StringBuilder 'abc').Length", "3" },
        { "(New-Object PSObject -Property @{ A = 5 }).A", "5" },
        { "$o = [pscustomobject]@{}; $o | Add-Member Score 3; $o.Score", "3" },
        { "('x' | Get-Member -MemberType Property).Name", "Length" },
        { "Split-Path /a/b/c.txt", "/a/b" },
        { "Split-Path /a/b/c.txt -Leaf", "c.txt" },
        { "Split-Path /a/b/c.txt -LeafBase", "c" },
        { "Split-Path /a/b/c.txt -Extension", ".txt" },
        { "Get-Date '2024-03-05' -Format 'yyyy/MM'", "2024/03" },
        { "(Measure-Command { Start-Sleep -Milliseconds 30 }).TotalMilliseconds -ge 25", "True" },
        { "$v = 3; Get-Variable v -ValueOnly", "3" },
        { "Set-Variable w 4; $w", "4" },
        { "'one', 'two' | Select-String 'w'", "two" },
        { "Get-Random -Minimum 4 -Maximum 5", "4" },
        { "(Get-Random -InputObject 1, 2, 3 -Count 3 | Sort-Object) -join '-'", "1-2-3" },
        { "([pscustomobject]@{ A = 12 } | Format-Table | Out-String).Contains('12')", "True" },
        { "([pscustomobject]@{ A = 12 } | Format-List | Out-String).Trim()", "A : 12" },
        { "([pscustomobject]@{ A = 1; B = 2 } | Format-Table B -HideTableHeaders | Out-String -Stream).Where{ $_ }", "2" },
    };

    [Theory]
    [MemberData(nameof(Expressions))]
    public void An_expression_gives_its_value(string script, string expected)
    {
        var output = session.Invoke(script).Succeeded().Output;

        Assert.Equal(expected.Replace('/', Path.DirectorySeparatorChar), string.Join(' ', output).Replace('/', Path.DirectorySeparatorChar));
    }

    [Fact]
    public void Files_can_be_made_listed_copied_moved_read_and_removed()
    {
        var output = session.Invoke(
            """
            Push-Location $folder
            $null = New-Item sub -ItemType Directory
            Set-Content a.txt 'one', 'two'
            Add-Content a.txt 'three'
            Copy-Item a.txt sub/b.txt
            Move-Item sub/b.txt sub/c.txt
            (Get-Content sub/c.txt) -join '+'
            (Get-Content sub/c.txt -Tail 1)
            (Get-Content -LiteralPath sub/c.txt -Raw).Length -gt 10
            (Get-ChildItem -Recurse -File).Name -join ','
            (Get-ChildItem * -Include *.txt -Name)
            Test-Path sub -PathType Container
            Test-Path none
            (Join-Path $folder sub c.txt) -eq (Resolve-Path sub/c.txt).Path
            (Convert-Path a.txt) -eq (Get-Item a.txt).FullName
            'x' | Out-File out.txt
            (Get-Content out.txt)
            Remove-Item sub -Recurse
            Test-Path sub
            (Get-Location).Path -eq $folder
            Pop-Location
            """,
            new { folder }).Succeeded().Output;

        Assert.Equal(
            ["one+two+three", "three", "True", "a.txt,c.txt", "a.txt", "True", "False", "True", "True", "x", "False", "True"],
            output.Select(o => o.ToString()));
    }

    [Fact]
    public void A_csv_file_survives_the_round_trip()
    {
        var path = Path.Combine(folder, "table.csv");
        var rows = session.Run("1..3 | ForEach-Object { [pscustomobject]@{ Id = $_; Text = \"a,\"\"$_\"\"`n b\" } } | Export-Csv $path; Import-Csv $path | ForEach-Object { $_.Text }", new { path });

        Assert.Equal(["a,\"1\"\n b", "a,\"2\"\n b", "a,\"3\"\n b"], rows);
    }

    [Fact]
    public void The_streams_are_written()
    {
        var result = session.Invoke("Write-Warning w; Write-Verbose v -Verbose; Write-Host h; Write-Information i; Write-Error e -ErrorId Mine; Write-Progress p s -PercentComplete 5");

        Assert.Equal(["w"], result.Warnings);
        Assert.Equal(["v"], result.Verbose);
        Assert.Equal(["h", "i"], result.Information);
        Assert.Equal("Mine", result.ErrorId);
        Assert.Equal(5, Assert.Single(result.Progress).PercentComplete);
    }

    [Fact]
    public void A_missing_path_is_an_error_that_names_it()
    {
        Assert.Equal("PathNotFound", session.Invoke("Get-ChildItem (Join-Path $folder none)", new { folder }).ErrorId);
    }

    [Fact]
    public void A_folder_with_files_is_not_removed_without_recurse()
    {
        Directory.CreateDirectory(Path.Combine(folder, "full", "inner"));

        Assert.Equal("DirectoryNotEmpty", session.Invoke("Remove-Item (Join-Path $folder full)", new { folder }).ErrorId);
        Assert.True(Directory.Exists(Path.Combine(folder, "full", "inner")));
    }

    [Fact]
    public void A_sleep_ends_with_the_pipeline()
    {
        Assert.InRange(session.Stop("Write-Warning 'on'; Start-Sleep 60", s => s.Warning.Count > 0).TotalSeconds, 0, 1);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
