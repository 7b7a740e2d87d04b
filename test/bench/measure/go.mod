module sisyphus/test/bench/measure

go 1.26
