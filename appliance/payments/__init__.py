"""The payment port and its ways: how money that is not in the drawer is asked for."""
