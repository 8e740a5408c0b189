#!/usr/bin/env pwsh
# Forwards to dotnet: ./run.ps1, ./run.ps1 test, ./run.ps1 bench ..., ./run.ps1 <verb> ...
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot
$verb, $rest = $args
switch ($verb) {
    'test' { $command = @('test', '-c', 'Release') + $rest }
    'bench' { $command = @('run', '-c', 'Release', '--project', 'tests/Benchmarks', '--') + $rest }
    default { $command = @('run', '-c', 'Release', '--project', 'pipeline/Host', '--') + $args }
}
Write-Host "dotnet $command"
& dotnet @command
exit $LASTEXITCODE
