package number

import "testing"

// BenchmarkParse reads what people and switches write; only a foreign number is looked up in the table of countries.
func BenchmarkParse(b *testing.B) {
	for _, text := range []string{"0809400100", "+33 8 09 40 01 00", "3635", "0690 12 34 56", "sip:+33809400100@10.0.0.1:5060", "+44 20 7123 4567"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNational(b *testing.B) {
	for _, n := range []Number{"+33809400100", "+590690123456", "+442071234567"} {
		b.Run(string(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = n.National()
			}
		})
	}
}

func BenchmarkPretty(b *testing.B) {
	for _, n := range []Number{"+33809400100", "+442071234567"} {
		b.Run(string(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = n.Pretty()
			}
		})
	}
}
