// Command report asks echo how often it greeted, and prints the number.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
)

func main() {
	url := flag.String("url", "http://localhost:8080/count", "where echo counts")
	tokenFile := flag.String("token-file", "", "file with the token that echo wants")
	flag.Parse()

	token, err := os.ReadFile(*tokenFile)
	check(err)
	request, err := http.NewRequest(http.MethodGet, *url, nil)
	check(err)
	request.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	response, err := http.DefaultClient.Do(request)
	check(err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	check(err)
	if response.StatusCode != http.StatusOK {
		log.Fatalf("echo answered %s: %s", response.Status, answer)
	}
	fmt.Printf("greetings: %s", answer)
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
