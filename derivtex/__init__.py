"""derivtex"""
