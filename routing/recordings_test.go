package routing

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"hotline/prompt"
)

// TestLend lends one recording to two who hear it at once: who is through first takes nothing from the other.
func TestLend(t *testing.T) {
	kept, beside := Recordings(t.TempDir()), t.TempDir()
	if err := os.WriteFile(kept.Path("take"), []byte("sound"), 0o600); err != nil {
		t.Fatal(err)
	}
	one, first, err := kept.lend("take", beside, nil, beside)
	if err != nil {
		t.Fatal(err)
	}
	other, second, err := kept.lend("take", beside, nil, beside)
	if err != nil {
		t.Fatal(err)
	}
	first()
	if _, err := os.Stat(one); err == nil {
		t.Errorf("%s stays when it has been given back", one)
	}
	if got, err := os.ReadFile(other); err != nil || string(got) != "sound" || !IsLent(filepath.Base(other)) {
		t.Errorf("the other loan is %q, %v", got, err)
	}
	second()

	shelf := prompt.NewShelf()
	has := func(address string) bool {
		w := httptest.NewRecorder()
		shelf.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/"+filepath.Base(address), nil))
		return w.Code == http.StatusOK
	}
	address, first, err := kept.lend("take", "http://shelf", shelf, beside)
	if err != nil {
		t.Fatal(err)
	}
	if again, second, err := kept.lend("take", "http://shelf", shelf, beside); err != nil || again != address {
		t.Errorf("lent again as %s, %v, want %s", again, err, address)
	} else {
		first()
		if !has(address) {
			t.Error("the sound is off the shelf while somebody hears it")
		}
		second()
	}
	if has(address) {
		t.Error("the sound stays on the shelf")
	}
	if left, err := os.ReadDir(beside); err != nil || len(left) > 0 {
		t.Errorf("left beside the prompts: %v, %v", left, err)
	}
}
