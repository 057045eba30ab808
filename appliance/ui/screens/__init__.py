"""The screens, one module each; `SCREENS` names them for the desk."""
