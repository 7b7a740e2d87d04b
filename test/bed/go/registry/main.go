// Command registry is the distribution project's OCI registry on a port that the system chooses.
//
//	registry CONFIGURATION_FILE
//
// Its first line on standard output is the address it listens on. The registry's own command can
// only be told a port, and a port that was free a moment ago may be taken by the time it starts.
// The certificate that the configuration names is made here.
package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/distribution/distribution/v3/configuration"
	_ "github.com/distribution/distribution/v3/registry/auth/htpasswd"
	_ "github.com/distribution/distribution/v3/registry/auth/token"
	"github.com/distribution/distribution/v3/registry/handlers"
	_ "github.com/distribution/distribution/v3/registry/storage/driver/filesystem"
	"github.com/sirupsen/logrus"
	"k8s.io/client-go/util/cert"

	"sisyphus/test/bed/lifeline"
)

func main() {
	lifeline.Hold()
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	if len(os.Args) != 2 {
		return errors.New("usage: registry CONFIGURATION_FILE")
	}
	config, err := readConfiguration(os.Args[1])
	if err != nil {
		return err
	}
	logrus.SetOutput(os.Stderr)
	logrus.SetLevel(logrus.WarnLevel)

	listener, err := net.Listen("tcp", config.HTTP.Addr)
	if err != nil {
		return err
	}
	handler := handlers.NewApp(context.Background(), config)
	tls := config.HTTP.TLS
	if tls.Certificate != "" {
		if err := makeCertificate(tls.Certificate, tls.Key); err != nil {
			return err
		}
	}
	fmt.Println(listener.Addr())
	if tls.Certificate != "" {
		return http.ServeTLS(listener, handler, tls.Certificate, tls.Key)
	}
	return http.Serve(listener, handler)
}

func readConfiguration(path string) (*configuration.Configuration, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return configuration.Parse(file)
}

func makeCertificate(certificatePath, keyPath string) error {
	loopback := []net.IP{net.IPv4(127, 0, 0, 1)}
	certificate, key, err := cert.GenerateSelfSignedCertKey("localhost", loopback, nil)
	if err != nil {
		return err
	}
	if err := os.WriteFile(certificatePath, certificate, 0o644); err != nil {
		return err
	}
	return os.WriteFile(keyPath, key, 0o600)
}
