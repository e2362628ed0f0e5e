// A member of a pool for the integration test, written in Go. It prints the base URL at which peers reach it and the one
// of its API, reads the pool's URLs from a line of its standard input, and ends when that is closed.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
)

var loads struct {
	sync.Mutex
	keys []string
}

// load is the database that all members share.
func load(key string) ([]byte, error) {
	loads.Lock()
	loads.keys = append(loads.keys, key)
	loads.Unlock()
	switch {
	case strings.HasPrefix(key, "missing"):
		return nil, fmt.Errorf("no row for %s", key)
	case strings.HasPrefix(key, "empty"):
		return []byte{}, nil
	case strings.HasPrefix(key, "long"):
		return bytes.Repeat([]byte("x"), 300<<10), nil
	}
	return []byte("value of " + key), nil
}

func listen() net.Listener {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	return listener
}

func main() {
	peers, api := listen(), listen()
	self := "http://" + peers.Addr().String()
	fmt.Println(self, "http://"+api.Addr().String())
	lines := bufio.NewScanner(os.Stdin)
	if !lines.Scan() {
		return
	}
	get, handler := join(self, strings.Fields(lines.Text()))
	go http.Serve(peers, handler)
	go http.Serve(api, serveAPI(get))
	fmt.Println("ready")
	for lines.Scan() {
	}
}

// serveAPI answers whoever asks this member as its user: /get?key=K and /loads.
func serveAPI(get func(key string) ([]byte, error)) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/get", func(w http.ResponseWriter, r *http.Request) {
		value, err := get(r.FormValue("key"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Write(value)
	})
	mux.HandleFunc("/loads", func(w http.ResponseWriter, r *http.Request) {
		loads.Lock()
		defer loads.Unlock()
		for _, key := range loads.keys {
			line, _ := json.Marshal(key)
			w.Write(append(line, '\n'))
		}
	})
	return mux
}
