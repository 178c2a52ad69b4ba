"""The form that asks before something is taken out."""

from django import forms


class RemovalForm(forms.Form):
    """Yes to a removal; ``seen`` is the fingerprint of what the person was shown."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
