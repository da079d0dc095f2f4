package main

import (
	"errors"
	"os"

	"hotline/config"
)

// mayTakeFrom says why hotline cannot write and delete in a folder.
func mayTakeFrom(folder string) error {
	f, err := os.CreateTemp(folder, ".hotline-doctor-")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// recorded says whether the messages that FreeSWITCH records get to hotline, when the rules have any: nothing, when not.
func (p patient) recorded() []finding {
	if p.rules == nil || len(p.rules.Voicemails) == 0 {
		return nil
	}
	if p.recordings == nil {
		return []finding{{check: "recordings", level: fine, title: both("messages : hotline les prend dans %s", "messages: hotline takes them from %s", p.Recordings),
			why: both("FreeSWITCH doit pouvoir y écrire, sous ce même chemin.", "FreeSWITCH has to be able to write there, under the same path.")}}
	}
	return []finding{{
		check: "recordings", level: wrong,
		title: both("messages : hotline ne peut pas les prendre dans %s", "messages: hotline cannot take them from %s", p.Recordings),
		why:   both("FreeSWITCH les enregistre dans ce dossier, et hotline doit pouvoir les y lire et les y effacer : %v.", "FreeSWITCH records them into that folder, and hotline has to be able to read and delete them there: %v.", p.recordings),
		todo:  both("ouvrez ce dossier aux deux, ou nommez-en un autre sous ce commutateur, dans hotline.yaml :", "open that folder to both, or name another one under this switch in hotline.yaml:"),
		lines: []string{"sudo install -d -o freeswitch -g hotline -m 2770 " + p.Recordings, "recordings_folder: " + p.Recordings},
	}}
}

// recordsMessages says whether messages are recorded on that kind of switch into a folder.
func recordsMessages(sw config.Switch, rules *config.Rules) bool {
	return sw.Kind == config.FreeSWITCH && rules != nil && len(rules.Voicemails) > 0
}
