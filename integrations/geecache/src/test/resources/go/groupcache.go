package main

import (
	"context"
	"net/http"

	"github.com/golang/groupcache"
)

// join makes this process a member of a groupcache pool, served by the default mux as NewHTTPPool sets it up.
func join(self string, peers []string) (func(key string) ([]byte, error), http.Handler) {
	pool := groupcache.NewHTTPPool(self)
	pool.Set(peers...)
	getter := func(ctx context.Context, key string, dest groupcache.Sink) error {
		value, err := load(key)
		if err != nil {
			return err
		}
		return dest.SetBytes(value)
	}
	group := groupcache.NewGroup("scores", 64<<20, groupcache.GetterFunc(getter))
	get := func(key string) ([]byte, error) {
		var value []byte
		err := group.Get(context.Background(), key, groupcache.AllocatingByteSliceSink(&value))
		return value, err
	}
	return get, http.DefaultServeMux
}
