module example.com/go-web-server

go 1.22
