module exectrace/bench/load

go 1.22
