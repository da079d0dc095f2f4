package main

import (
	"fmt"
	"strings"
	"time"

	"hotline/config"
	"hotline/web"
)

// agentStates are the states of agents as the control API names them, in the order in which people want to see them.
func agentStates() []string {
	return []string{"ready", "ringing", "talking", "wrap_up", "paused", "busy_elsewhere", "unavailable", "offline"}
}

func stateWords(state string) config.Words {
	switch state {
	case "ready":
		return both("libre", "free")
	case "ringing":
		return both("ça sonne", "ringing")
	case "talking":
		return both("en ligne", "talking")
	case "wrap_up":
		return both("après-appel", "wrap-up")
	case "paused":
		return both("pause", "pause")
	case "busy_elsewhere":
		return both("autre appel", "another call")
	case "unavailable":
		return both("téléphone injoignable", "phone not reachable")
	case "offline":
		return both("hors connexion", "logged out")
	}
	return both("%s", "%s", state)
}

// reasonWords are the reason of a state, where it is one of ours, else as somebody wrote it.
func reasonWords(reason string) config.Words {
	switch reason {
	case "not registered":
		return both("pas enregistré", "not registered")
	case "did not answer":
		return both("n'a pas répondu", "did not answer")
	case "busy":
		return both("occupé", "busy")
	case "unreachable":
		return both("ne répond pas", "does not answer")
	}
	return both("%s", "%s", reason)
}

// brieflyAgent is a person among others of the same state: "Paul Martin 12:10 (déjeuner)".
func (t tongue) brieflyAgent(a web.Agent, now time.Time) string {
	text := cut(a.Name, 24) + " " + t.age(now.Sub(a.Since))
	switch {
	case a.After == "paused":
		text += t.say(" puis pause", " then a pause")
	case a.After == "offline":
		text += t.say(" puis hors connexion", " then logged out")
	case a.Reason != "":
		text += " (" + cut(t.in(reasonWords(a.Reason)), 24) + ")"
	}
	return text
}

// age writes how long something has been so, in a table: "0:41", "12:10", "3 h 05", "2 j 4 h".
func (t tongue) age(d time.Duration) string {
	if seconds := int64(max(d, 0) / time.Second); seconds < 3600 {
		return fmt.Sprintf("%d:%02d", seconds/60, seconds%60)
	}
	return t.ago(d)
}

// ago is age in a sentence, where "12:10" would be a time of day: "41 s", "12 min", "3 h 05", "2 j 4 h".
func (t tongue) ago(d time.Duration) string {
	seconds := int64(max(d, 0) / time.Second)
	switch hours := seconds / 3600; {
	case seconds < 60:
		return fmt.Sprintf("%d s", seconds)
	case hours == 0:
		return fmt.Sprintf("%d min", seconds/60)
	case hours < 24:
		return fmt.Sprintf("%d h %02d", hours, seconds/60%60)
	default:
		return fmt.Sprintf(t.say("%d j %d h", "%d d %d h"), hours/24, hours%24)
	}
}

// bytes writes a size as people read it: "12,3 Go".
func (t tongue) bytes(n int64) string {
	units := []config.Words{both("octets", "bytes"), both("ko", "kB"), both("Mo", "MB"), both("Go", "GB"), both("To", "TB")}
	size, unit := float64(n), 0
	for size >= 1000 && unit < len(units)-1 {
		size, unit = size/1000, unit+1
	}
	text := fmt.Sprintf("%.0f", size)
	if unit > 0 && size < 100 {
		text = fmt.Sprintf("%.1f", size)
		text = t.say(strings.Replace(text, ".", ",", 1), text)
	}
	return text + " " + t.in(units[unit])
}
