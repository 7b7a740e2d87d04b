// Command certificates writes PEM files into the working directory: an authority of its own making
// (ca.pem), server certificates for localhost (localhost.pem, localhost.key) and for another host
// (elsewhere.pem, elsewhere.key), and a client's certificate (client.pem, client.key) for the user
// named ann.
package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"log"
	"math/big"
	"os"
	"time"
)

const tenYears = 10 * 365 * 24 * time.Hour

func main() {
	caKey := newKey()
	ca := template(1, "The bed's authority")
	ca.IsCA = true
	ca.BasicConstraintsValid = true
	ca.KeyUsage = x509.KeyUsageCertSign
	writeCertificate("ca.pem", sign(ca, ca, caKey, caKey))

	for serial, host := range []string{"localhost", "elsewhere"} {
		server := template(int64(serial)+2, host)
		server.DNSNames = []string{host}
		server.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
		issue(host, server, ca, caKey)
	}
	client := template(4, "ann")
	client.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	issue("client", client, ca, caKey)
}

func template(serial int64, name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(tenYears),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
}

func issue(name string, certificate, ca *x509.Certificate, caKey *ecdsa.PrivateKey) {
	key := newKey()
	writeCertificate(name+".pem", sign(certificate, ca, key, caKey))
	der, err := x509.MarshalPKCS8PrivateKey(key)
	check(err)
	write(name+".key", "PRIVATE KEY", der)
}

func newKey() *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(err)
	return key
}

func sign(certificate, parent *x509.Certificate, key, parentKey *ecdsa.PrivateKey) []byte {
	der, err := x509.CreateCertificate(rand.Reader, certificate, parent, &key.PublicKey, parentKey)
	check(err)
	return der
}

func writeCertificate(path string, der []byte) {
	write(path, "CERTIFICATE", der)
}

func write(path, kind string, der []byte) {
	check(os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
