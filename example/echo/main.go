// Command echo greets whoever asks over HTTP, and counts how often it did.
package main

import (
	"crypto/subtle"
	"flag"
	"fmt"
	"log"
	"net/http"
	"os"
	"sync/atomic"
)

func main() {
	port := flag.Int("port", 8080, "port to listen on")
	greeting := flag.String("greeting", "Hello", "first word of every answer")
	flag.Parse()

	place := os.Getenv("NAMESPACE")
	token := []byte("Bearer " + os.Getenv("REPORT_TOKEN"))
	var greeted atomic.Int64

	http.HandleFunc("GET /{name...}", func(w http.ResponseWriter, r *http.Request) {
		greeted.Add(1)
		fmt.Fprintf(w, "%s %s, this is %s\n", *greeting, r.PathValue("name"), place)
	})
	http.HandleFunc("GET /healthz", func(http.ResponseWriter, *http.Request) {})
	http.HandleFunc("GET /count", func(w http.ResponseWriter, r *http.Request) {
		given := []byte(r.Header.Get("Authorization"))
		if subtle.ConstantTimeCompare(given, token) != 1 {
			http.Error(w, "the token is missing or wrong", http.StatusUnauthorized)
			return
		}
		fmt.Fprintln(w, greeted.Load())
	})

	log.Fatal(http.ListenAndServe(fmt.Sprintf(":%d", *port), nil))
}
