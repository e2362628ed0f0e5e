package main

import (
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"
	"sync"
)

// What the texts on geecache describe, as small as it can be: their ring, their paths, their bare bodies.

const basePath = "/_geecache/"
const replicas = 50

type pool struct {
	self   string
	points []uint32
	owners map[uint32]string

	mu     sync.Mutex
	values map[string][]byte
	turns  map[string]*sync.Mutex
}

func join(self string, peers []string) (func(key string) ([]byte, error), http.Handler) {
	p := &pool{self: self, owners: map[uint32]string{}, values: map[string][]byte{}, turns: map[string]*sync.Mutex{}}
	for _, peer := range peers {
		for i := 0; i < replicas; i++ {
			point := crc32.ChecksumIEEE([]byte(strconv.Itoa(i) + peer))
			p.points = append(p.points, point)
			p.owners[point] = peer
		}
	}
	sort.Slice(p.points, func(i, j int) bool { return p.points[i] < p.points[j] })
	return p.get, p
}

func (p *pool) owner(key string) string {
	hash := crc32.ChecksumIEEE([]byte(key))
	i := sort.Search(len(p.points), func(i int) bool { return p.points[i] >= hash })
	return p.owners[p.points[i%len(p.points)]]
}

func (p *pool) get(key string) ([]byte, error) {
	if owner := p.owner(key); owner != p.self {
		if value, err := ask(owner, key); err == nil {
			return value, nil
		}
	}
	return p.here(key)
}

// here gives what is stored, or loads it: one load of a key at a time.
func (p *pool) here(key string) ([]byte, error) {
	p.mu.Lock()
	turn := p.turns[key]
	if turn == nil {
		turn = &sync.Mutex{}
		p.turns[key] = turn
	}
	p.mu.Unlock()
	turn.Lock()
	defer turn.Unlock()
	p.mu.Lock()
	value, found := p.values[key]
	p.mu.Unlock()
	if found {
		return value, nil
	}
	value, err := load(key)
	if err == nil {
		p.mu.Lock()
		p.values[key] = value
		p.mu.Unlock()
	}
	return value, err
}

func ask(peer, key string) ([]byte, error) {
	answer, err := http.Get(fmt.Sprintf("%v%v%v/%v", peer, basePath, url.QueryEscape("scores"), url.QueryEscape(key)))
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("server returned: %v", answer.Status)
	}
	return io.ReadAll(answer.Body)
}

func (p *pool) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts := strings.SplitN(strings.TrimPrefix(r.URL.Path, basePath), "/", 2)
	if len(parts) != 2 || parts[0] != "scores" {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	value, err := p.here(parts[1])
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Write(value)
}
