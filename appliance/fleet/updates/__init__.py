"""Updates of the tills' own software: releases, rollouts in waves, who runs what."""
