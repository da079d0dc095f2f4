// Package hotline_test checks that the code keeps the shape that docs/architecture.md draws: which package imports
// which, where SQL and HTTP live, how long a file may be. Each rule is a function on parsed source, and
// TestRulesCanFail shows each of them a piece of source that it has to refuse.
package hotline_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	module          = "hotline"
	maxFileLines    = 600 // 400 are wanted
	maxFuncLines    = 100 // 60 are wanted
	anythingOfOurs  = "*"
	describeInOrder = "add it to layers in layout_test.go and to docs/architecture.md"
)

// layers returns what each package may import of ours, in code that is not a test. A name that ends in / stands for
// all packages below it.
func layers() map[string][]string {
	port := []string{"pbx", "config", "number", "billing", "prompt", "routing/queue", "outbox"}
	return map[string][]string{
		"number":            {},
		"pbx":               {},
		"routing/queue":     {},
		"pbx/pbxtest":       {"pbx"},
		"pbx/driver":        {"pbx", "disk", "wav"},
		"ari":               {"pbx", "pbx/driver"},
		"esl":               {"pbx", "pbx/driver"},
		"wav":               {},
		"outbox":            {},
		"outbox/carrier":    {"outbox"},
		"config":            {"number", "wav", "prompt"},
		"config/guide":      {"config"},
		"billing":           {"number"},
		"prompt":            {"wav"},
		"routing":           port,
		"routing/outbound":  append([]string{"routing"}, port...),
		"routing/check":     {"config", "number", "billing", "routing", "routing/queue"},
		"disk":              {},
		"store":             append([]string{"routing", "routing/outbound", "disk"}, port...),
		"backup":            {"config", "disk", "prompt", "store"},
		"web":               append([]string{"routing", "routing/outbound", "routing/check"}, port...),
		"deploy/files":      {},
		"deploy/asterisk":   {"deploy/files"},
		"deploy/freeswitch": {"deploy/files"},
		"esl/esltest":       {"pbx", "pbx/pbxtest"},
		"e2e/lab":           {"deploy/files", "deploy/asterisk", "deploy/freeswitch"},
		"e2e/phone":         {},
		"e2e":               {anythingOfOurs},
		"cmd/":              {anythingOfOurs},
	}
}

// A source is one parsed Go file.
type source struct {
	name string // slash-separated, from the top of the repository
	fset *token.FileSet
	file *ast.File
}

func (s source) test() bool           { return strings.HasSuffix(s.name, "_test.go") }
func (s source) dir() string          { return path.Dir(s.name) }
func (s source) line(p token.Pos) int { return s.fset.Position(p).Line }

// complain is a finding with its place first.
func (s source) complain(p token.Pos, format string, args ...any) string {
	return fmt.Sprintf("%s:%d: %s", s.name, s.line(p), fmt.Sprintf(format, args...))
}

// imports are the file's imports: path to the name it is used by.
func (s source) imports() map[string]string {
	found := map[string]string{}
	for _, i := range s.file.Imports {
		p, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			continue // The compiler refuses it.
		}
		found[p] = path.Base(p)
		if i.Name != nil {
			found[p] = i.Name.Name
		}
	}
	return found
}

func parse(fset *token.FileSet, name string, text any) (source, error) {
	file, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	return source{filepath.ToSlash(name), fset, file}, err
}

func TestLayout(t *testing.T) {
	files := everything(t)
	var found []string
	for _, s := range files {
		for _, rule := range fileRules() {
			found = append(found, rule(s)...)
		}
	}
	found = append(found, packageComments(files)...)
	found = append(found, tablesStayAsTheyAre(files)...)
	for _, f := range found {
		t.Error(f)
	}
}

func fileRules() []func(source) []string {
	return []func(source) []string{
		importsFollowLayers, sqlOnlyInStore, httpServedByFew, shortFiles, shortFunctions, noSleep, noState,
	}
}

// everything is every Go file of the repository.
func everything(t *testing.T) []source {
	t.Helper()
	fset := token.NewFileSet()
	var files []source
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && name != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "bin") {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(name) != ".go" {
			return nil
		}
		s, err := parse(fset, name, nil)
		files = append(files, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// importsFollowLayers keeps the packages in the order of layers. Tests may import what they like.
func importsFollowLayers(s source) []string {
	if s.test() {
		return nil
	}
	allowed, known := layers()[s.dir()]
	for below, list := range layers() {
		if strings.HasSuffix(below, "/") && strings.HasPrefix(s.dir()+"/", below) {
			allowed, known = list, true
		}
	}
	if !known {
		return []string{s.complain(s.file.Package, "package %s has no place in the layers: %s", s.dir(), describeInOrder)}
	}
	var found []string
	for _, i := range slices.Sorted(maps.Keys(s.imports())) {
		ours, ok := strings.CutPrefix(i, module+"/")
		if !ok || slices.Contains(allowed, ours) || slices.Contains(allowed, anythingOfOurs) {
			continue
		}
		found = append(found, s.complain(s.file.Package,
			"%s may not import %s (it may: %s): declare the small interface it needs, and let cmd hand it in",
			s.dir(), ours, strings.Join(allowed, ", ")))
	}
	return found
}

// sqlOnlyInStore keeps every package but store away from databases.
func sqlOnlyInStore(s source) []string {
	if s.dir() == "store" {
		return nil
	}
	var found []string
	for i := range s.imports() {
		if strings.HasPrefix(i, "database/sql") || strings.HasPrefix(i, "github.com/jmoiron/sqlx") || strings.HasPrefix(i, "github.com/mattn/go-sqlite3") {
			found = append(found, s.complain(s.file.Package, "%s is for package store only: add a method there and ask for it through an interface", i))
		}
	}
	return found
}

// httpServedByFew lets only web (to people and programs) and prompt (to the switch) serve HTTP. Tests may.
func httpServedByFew(s source) []string {
	name, ok := s.imports()["net/http"]
	if !ok || s.test() || s.dir() == "web" || s.dir() == "prompt" {
		return nil
	}
	serving := []string{"Server", "ListenAndServe", "ListenAndServeTLS", "Serve", "ServeTLS", "ServeMux", "NewServeMux", "Handle", "HandleFunc", "FileServer", "FileServerFS"}
	return s.uses(name, serving, "HTTP is served by web and prompt only: move the handler there")
}

// noSleep keeps time.Sleep out: waits end by an event, or in tests by the clock of testing/synctest.
func noSleep(s source) []string {
	name, ok := s.imports()["time"]
	if !ok {
		return nil
	}
	if _, bubble := s.imports()["testing/synctest"]; bubble && s.test() {
		return nil
	}
	return s.uses(name, []string{"Sleep"}, "wait for what you wait for (a channel, a timer in a select), or test with testing/synctest")
}

// uses complains about each use of pkg.Name with one of the names.
func (s source) uses(pkg string, names []string, advice string) []string {
	var found []string
	ast.Inspect(s.file, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || !slices.Contains(names, sel.Sel.Name) {
			return true
		}
		if x, ok := sel.X.(*ast.Ident); ok && x.Name == pkg {
			found = append(found, s.complain(sel.Pos(), "%s.%s: %s", pkg, sel.Sel.Name, advice))
		}
		return true
	})
	return found
}

func shortFiles(s source) []string {
	if n := s.line(s.file.FileEnd); n > maxFileLines {
		return []string{s.complain(s.file.Package, "%d lines, at most %d: split it by what it is about", n, maxFileLines)}
	}
	return nil
}

func shortFunctions(s source) []string {
	var found []string
	for _, d := range s.file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		if n := s.line(f.End()) - s.line(f.Pos()) + 1; n > maxFuncLines {
			found = append(found, s.complain(f.Pos(), "func %s has %d lines, at most %d: give its parts names", f.Name.Name, n, maxFuncLines))
		}
	}
	return found
}

// noState refuses package-level variables that could hold state. Allowed are errors, embedded files, compile-time
// interface checks (var _ I = ...), and tables: composite literals, literals, and what is compiled from them once
// (regexp.MustCompile, strings.NewReplacer, template.Must). tablesStayAsTheyAre watches that nobody changes a table.
func noState(s source) []string {
	if s.test() {
		return nil
	}
	var found []string
	for _, v := range s.variables() {
		if v.embedded || v.value != nil && constant(v.value) || v.name.Name == "_" {
			continue
		}
		found = append(found, s.complain(v.name.Pos(),
			"package-level variable %s may hold state: put it into a struct that somebody creates, or make it a table of literals", v.name.Name))
	}
	return found
}

// A variable is one name declared at package level.
type variable struct {
	name     *ast.Ident
	value    ast.Expr // nil without one
	embedded bool     // has a go:embed line
}

func (s source) variables() []variable {
	var all []variable
	for _, d := range s.file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, spec := range g.Specs {
			v := spec.(*ast.ValueSpec)
			for i, name := range v.Names {
				x := variable{name: name, embedded: embeds(g.Doc) || embeds(v.Doc)}
				if i < len(v.Values) {
					x.value = v.Values[i]
				}
				all = append(all, x)
			}
		}
	}
	return all
}

func embeds(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(c *ast.Comment) bool {
		return strings.HasPrefix(c.Text, "//go:embed ")
	})
}

// constant says whether an expression gives the same value in every run: literals, names, and the few calls that
// make a value out of literals.
func constant(e ast.Expr) bool {
	compiles := []string{"errors.New", "fmt.Errorf", "regexp.MustCompile", "strings.NewReplacer", "template.Must"}
	ok := true
	ast.Inspect(e, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false // Code, not state.
		case *ast.UnaryExpr:
			ok = ok && n.Op != token.AND && n.Op != token.ARROW
		case *ast.CallExpr:
			sel, isSel := n.Fun.(*ast.SelectorExpr)
			if !isSel {
				ok = ok && conversion(n.Fun)
				return true
			}
			name := sel.Sel.Name
			if x, isIdent := sel.X.(*ast.Ident); isIdent {
				name = x.Name + "." + name
			}
			ok = ok && slices.Contains(compiles, name)
			return false
		}
		return ok
	})
	return ok
}

// conversion says whether a call converts to a built-in type or to a slice.
func conversion(fun ast.Expr) bool {
	switch f := fun.(type) {
	case *ast.ArrayType:
		return true
	case *ast.Ident:
		return slices.Contains([]string{"string", "int", "int64", "uint64", "byte", "rune", "float64"}, f.Name)
	}
	return false
}

// tablesStayAsTheyAre refuses assignments to what noState let pass. It goes by the name: a local variable with the
// name of a table has to be called something else.
func tablesStayAsTheyAre(files []source) []string {
	tables := map[string]bool{} // by directory and name
	for _, s := range files {
		for _, v := range s.variables() {
			if !s.test() {
				tables[s.dir()+"."+v.name.Name] = v.name.Name != "_"
			}
		}
	}
	var found []string
	for _, s := range files {
		ast.Inspect(s.file, func(n ast.Node) bool {
			for _, changed := range changes(n) {
				if x := root(changed); x != nil && tables[s.dir()+"."+x.Name] {
					found = append(found, s.complain(x.Pos(), "%s is a table of the package and may not be changed", x.Name))
				}
			}
			return true
		})
	}
	return found
}

// changes are the expressions that a statement gives a new value.
func changes(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.CallExpr:
		if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "delete" || f.Name == "clear") && len(n.Args) > 0 {
			return n.Args[:1]
		}
	}
	return nil
}

// root is the variable at the beginning of x, x.y or x[i]; nil when there is none.
func root(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// packageComments wants one comment per package that says what it is.
func packageComments(files []source) []string {
	said, first := map[string]bool{}, map[string]source{}
	for _, s := range files {
		if s.test() && !onlyTests(files, s.dir()) {
			continue
		}
		if _, ok := first[s.dir()]; !ok {
			first[s.dir()] = s
		}
		doc := s.file.Doc.Text()
		main := s.file.Name.Name == "main" && doc != ""
		if main || strings.HasPrefix(doc, "Package "+s.file.Name.Name+" ") {
			said[s.dir()] = true
		}
	}
	var found []string
	for _, dir := range slices.Sorted(maps.Keys(first)) {
		if !said[dir] {
			s := first[dir]
			begin := "Package " + s.file.Name.Name
			if s.file.Name.Name == "main" {
				begin = "Command " + path.Base(dir)
			}
			found = append(found, s.complain(s.file.Package,
				"package %s has no comment: begin one file with `// %s ...`, what it is and its one guarantee", dir, begin))
		}
	}
	return found
}

func onlyTests(files []source, dir string) bool {
	return !slices.ContainsFunc(files, func(s source) bool { return s.dir() == dir && !s.test() })
}
