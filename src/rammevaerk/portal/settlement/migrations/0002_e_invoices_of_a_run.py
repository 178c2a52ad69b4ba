"""Work that makes the e-invoices which a run's invoices lack."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_runs_and_invoices")]

    operations = [
        migrations.AlterField(
            model_name="billingjob",
            name="kind",
            field=models.CharField(
                choices=[
                    ("issue", "Udstedelse"),
                    ("documents", "Validering"),
                    ("hand_over", "Aflevering"),
                ],
                max_length=9,
                verbose_name="art",
            ),
        ),
    ]
