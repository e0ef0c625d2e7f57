module exectrace.test/programs

go 1.21
