module example.com/sisyphus-example

go 1.26
