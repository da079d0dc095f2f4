package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"golang.org/x/text/encoding/charmap"
)

// fileLimit is the largest file of tables that is read.
const fileLimit = 64 << 20

// readTable reads a file that a spreadsheet may have written, and returns its text as UTF-8 without a mark.
func readTable(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, fileLimit+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	if len(text) > fileLimit {
		return nil, fmt.Errorf("read %s: more than %d MB", path, fileLimit>>20)
	}
	return decoded(text), nil
}

// decoded turns what Excel writes (UTF-8 with a mark, UTF-16, Windows-1252) into UTF-8.
func decoded(text []byte) []byte {
	switch {
	case bytes.HasPrefix(text, []byte("\xef\xbb\xbf")):
		return text[3:]
	case bytes.HasPrefix(text, []byte("\xff\xfe")):
		return decoded16(text[2:], binary.LittleEndian)
	case bytes.HasPrefix(text, []byte("\xfe\xff")):
		return decoded16(text[2:], binary.BigEndian)
	case utf8.Valid(text):
		return text
	}
	out, _ := charmap.Windows1252.NewDecoder().Bytes(text) // every byte means something there
	return out
}

func decoded16(text []byte, order binary.ByteOrder) []byte {
	var units []uint16
	for i := 0; i+1 < len(text); i += 2 {
		units = append(units, order.Uint16(text[i:]))
	}
	return []byte(string(utf16.Decode(units)))
}

// A csvOut is how files for spreadsheets are written: as Excel opens them in the user's country, unless a flag says
// otherwise.
type csvOut struct {
	separator, file string
}

func (o *csvOut) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.separator, "separator", "", `between cells: "," or ";" or tab (";" with decimal commas in French, else ",")`)
	cmd.Flags().StringVarP(&o.file, "output", "o", "", "the file to write (standard output)")
}

// comma is what parts the cells.
func (o *csvOut) comma(t tongue) (rune, error) {
	switch o.separator {
	case "":
		return []rune(t.say(";", ","))[0], nil
	case ",", ";":
		return rune(o.separator[0]), nil
	case "tab", "\t":
		return '\t', nil
	}
	return 0, t.fault(`--separator %q : écrivez ",", ";" ou tab`, `--separator %q: write ",", ";" or tab`, o.separator)
}

// write lets do write the file that was asked for, or standard output. A file that could not be written is not left
// behind.
func (o *csvOut) write(cmd *cobra.Command, do func(w io.Writer) error) error {
	if o.file == "" {
		out := bufio.NewWriter(cmd.OutOrStdout())
		if err := do(out); err != nil {
			return err
		}
		return out.Flush()
	}
	return writeFile(o.file, do)
}

func writeFile(path string, do func(w io.Writer) error) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(file)
	err = do(out)
	if err == nil {
		err = out.Flush()
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(path)
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// mark begins a file that Excel in France is to open: without it, it takes UTF-8 for something else.
func mark(w io.Writer, comma rune) error {
	if comma != ';' {
		return nil
	}
	_, err := io.WriteString(w, "\ufeff")
	return err
}
